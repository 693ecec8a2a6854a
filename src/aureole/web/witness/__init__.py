"""The door for other instances' logs (C2SP tlog-witness) and the keys this instance signs with."""
