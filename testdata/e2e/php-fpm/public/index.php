<?php

require __DIR__ . '/../lib/tides.php';

?>
<!doctype html>
<title>Tides</title>
<link rel="stylesheet" href="style.css">
<h1>High water at <?= htmlspecialchars(high_water('Vlissingen')) ?></h1>
<p><?= PHP_SAPI ?></p>
