# One server for one volume. A pod that is deleted by force may still end on its node when the next one starts there, and
# PostgreSQL's own lock file can't tell, because both call themselves process 1. This lock is held by every process of the
# server and goes with the last of them.
exec 9>>/var/lib/postgresql/data/.taskora-lock
flock -n 9 || { echo "Another server still holds the volume; waiting for its end."; flock 9; }
exec docker-entrypoint.sh "$@"
