"""Surfaces for browsers: what every page is made from (``ui``) and the pages themselves (``staff``)."""
