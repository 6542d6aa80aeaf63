/* Geräte */
int y;
