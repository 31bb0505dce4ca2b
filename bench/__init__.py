"""Every figure of docs/performance.md: `./dev bench`."""
