<?php

function high_water(string $harbour): string
{
    return ['Vlissingen' => '03:14', 'Den Helder' => '07:52'][$harbour] ?? 'no known hour';
}
