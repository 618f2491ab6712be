//! What the history answers: who has ever been responsible, who was on a day, and a list as of a day.
//! It shows only records that the viewer may see now.
