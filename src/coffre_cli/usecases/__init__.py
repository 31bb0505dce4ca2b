"""One file per user story: it reads like the user's sentence, and speaks to no terminal."""
