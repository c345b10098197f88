# Runs a nats-server (or an application under test) and ends it when the JVM that asked for it is gone, however it went.
# Arguments: log file, directory to remove when the JVM is gone (or an empty string), the server's command line.
# Standard input is a pipe from the JVM, which never writes to it: its end means that the JVM is gone.
log=$1
directory=$2
shift 2
exec 3<&0
"$@" </dev/null >>"$log" 2>&1 3<&- &
server=$!
{
	while read -r line <&3; do :; done
	# From here on this has to be done, even if the server ends meanwhile and the main part below wants to be off
	trap '' TERM
	kill -TERM "$server"
	kill -CONT "$server"
	n=0
	while [ "$n" -lt 30 ] && kill -0 "$server"; do
		sleep 0.1 || sleep 1
		n=$((n + 1))
	done
	kill -KILL "$server"
	if [ -n "$directory" ]; then
		rm -rf -- "$directory" || { sleep 1; rm -rf -- "$directory"; }
	fi
} </dev/null >/dev/null 2>&1 &
guard=$!
echo "$server"
exec </dev/null >/dev/null 2>&1
wait "$server"
status=$?
kill -TERM "$guard"
wait "$guard"
exit "$status"
