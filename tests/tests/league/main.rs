//! Methods beside each other on the collection of Moré, Garbow and Hillstrom: which known minima they reach, and what it takes.

mod levenberg_marquardt;
mod methods;
mod nist;
