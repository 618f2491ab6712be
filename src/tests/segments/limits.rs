//! The limits of a filter, and what it says beyond them; what is broken shows nothing and says why.
//! A value is a value, whatever it looks like.
