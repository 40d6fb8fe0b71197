"""Forms: fields that say at once how they understand what is typed, and keep it whatever happens."""
