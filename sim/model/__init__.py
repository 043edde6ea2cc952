"""City model: submodels by subject, and the city that connects them and runs the monthly schedule."""
