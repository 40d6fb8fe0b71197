"""What was done with clients and what is to be done: interactions and tasks."""
