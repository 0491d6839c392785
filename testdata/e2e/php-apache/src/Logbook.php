<?php

declare(strict_types=1);

namespace Acme\Logbook;

final class Logbook
{
    private \PDO $db;

    public function __construct(string $file)
    {
        $this->db = new \PDO('sqlite:' . $file);
        $this->db->exec('CREATE TABLE IF NOT EXISTS boats (name TEXT NOT NULL)');
    }

    public function enter(string $name): void
    {
        $this->db->prepare('INSERT INTO boats (name) VALUES (?)')->execute([$name]);
    }

    /** @return list<string> */
    public function boats(): array
    {
        return $this->db->query('SELECT name FROM boats')->fetchAll(\PDO::FETCH_COLUMN);
    }
}
