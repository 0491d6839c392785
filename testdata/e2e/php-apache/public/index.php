<?php

declare(strict_types=1);

use Acme\Logbook\Logbook;

require __DIR__ . '/../src/Logbook.php';

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$book = new Logbook(dirname(__DIR__) . '/data/logbook.sqlite');
header('Content-Type: application/json');
if ($path === '/healthz') {
    echo json_encode(['ok' => true]);
} elseif ($path === '/boats' && $_SERVER['REQUEST_METHOD'] === 'POST') {
    $boat = json_decode(file_get_contents('php://input'), true);
    $book->enter($boat['name']);
    http_response_code(201);
    echo json_encode($boat);
} elseif ($path === '/boats') {
    echo json_encode($book->boats());
} elseif ($path === '/settings') {
    echo json_encode(['harbour' => getenv('HARBOUR')]);
} else {
    http_response_code($path === '/' ? 200 : 404);
    header('Content-Type: text/html');
    echo '<h1>Logbook of the harbour</h1>';
}
