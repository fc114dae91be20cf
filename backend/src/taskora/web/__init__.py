"""The web application: factory, errors, security headers, limits, health, the static page."""
