"""What the fit predicts, what would improve it, and the model beside the evidence before the fit."""
