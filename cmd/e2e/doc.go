// Package e2e runs the real binaries as an operator would: picketd and picket-oms as processes with
// configuration files, Mosquitto from Debian, a printer on a TCP port. It must NEVER reach into a process:
// everything is seen and done through the doors that people and machines have.
package e2e
