CREATE TABLE lamps (name text PRIMARY KEY);
