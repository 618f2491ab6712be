//! Saved segments: who sees one, who may change it, in which order they stand, and what a stale form is told.
//! What they show is what each viewer may see.
