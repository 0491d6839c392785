<?php

echo 'A page beside the first one.';
