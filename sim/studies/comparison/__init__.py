"""Two policies with the same random numbers: what differs, firm by firm and in total."""
