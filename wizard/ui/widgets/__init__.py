"""The parts that pages and panels are made of. They know no page and no step."""
