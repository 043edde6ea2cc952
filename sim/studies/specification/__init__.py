"""Study files: what a study varies, and which outcomes it asks for."""
