"""The pages of a paper, each written from the view of its readers; `build` puts them in order."""
