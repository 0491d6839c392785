INSERT INTO lamps VALUES ('${first}');
