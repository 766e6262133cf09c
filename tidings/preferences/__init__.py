"""What a person has chosen about their pages and what may disturb them; kept for all their devices.

What is loud is decided where it would sound, in the browser (assets/ui/loud.js): the server only keeps.
"""
