"""What matching knows of languages: words, their base forms, compounds, safe modifiers."""
