"""What a lecturer's programs read: the syllabus, and a cartridge for learning platforms."""
