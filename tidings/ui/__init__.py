"""What people see: pages, one module each, and the small pieces they are made of.

No business logic and no server state: everything shown comes from the live connection in the browser.
`tidings.ui.app.build_app` gives the whole; imported from there, so that rxconfig.py can take the theme alone.
"""
