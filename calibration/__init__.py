"""The model beside the evidence; data and text ship with the wheel, the code runs from a checkout."""
