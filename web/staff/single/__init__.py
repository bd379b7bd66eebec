"""Single sign-on: staff come in by the account they have elsewhere (OpenID Connect). There only where it is set up."""
