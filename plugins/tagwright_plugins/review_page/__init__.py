"""The review page: a person's decisions in the browser, served from this machine."""
