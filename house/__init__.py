"""The tools of this house: what `./dev` runs. Nothing here is shipped."""
