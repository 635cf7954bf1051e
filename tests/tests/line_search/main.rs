//! Line searches, used as a method would use them.

mod published;
mod tables;
