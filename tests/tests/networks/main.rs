//! Networks as a user would use them: data.

mod data;
