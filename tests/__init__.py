"""The tests: logic on real files, the program as it is typed, the screen as it is driven, and the house itself."""
