"""How an older database becomes the present one."""
