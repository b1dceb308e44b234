while getopts ab: o; do case $o in a) shift;; *) break;; esac; done
for i in 1 2; do (cd / && agent) | cat & done; wait -n
