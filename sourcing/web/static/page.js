// What the pages do beyond being read; without it they read just as well.
"use strict";
