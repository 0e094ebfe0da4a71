"""Taxonomies in SKOS, in Turtle, RDF/XML and JSON-LD.

Read through rdflib; written here, because rdflib's writers forget the order of concepts and labels,
and that of JSON-LD gives another file each time.
"""
