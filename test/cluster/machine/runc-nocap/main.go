// runc-nocap is run in place of runc where the machine itself is confined (a container, a small virtual machine without
// CAP_SYS_RESOURCE). runc refuses a container that asks for more than its own process may give; so what nobody here can give
// is struck from the container's specification, and runc takes over with all its arguments.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// In the order of the kernel's numbers (linux/capability.h).
var capabilities = strings.Fields(`
	CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID CAP_KILL CAP_SETGID CAP_SETUID CAP_SETPCAP
	CAP_LINUX_IMMUTABLE CAP_NET_BIND_SERVICE CAP_NET_BROADCAST CAP_NET_ADMIN CAP_NET_RAW CAP_IPC_LOCK CAP_IPC_OWNER
	CAP_SYS_MODULE CAP_SYS_RAWIO CAP_SYS_CHROOT CAP_SYS_PTRACE CAP_SYS_PACCT CAP_SYS_ADMIN CAP_SYS_BOOT CAP_SYS_NICE
	CAP_SYS_RESOURCE CAP_SYS_TIME CAP_SYS_TTY_CONFIG CAP_MKNOD CAP_LEASE CAP_AUDIT_WRITE CAP_AUDIT_CONTROL CAP_SETFCAP
	CAP_MAC_OVERRIDE CAP_MAC_ADMIN CAP_SYSLOG CAP_WAKE_ALARM CAP_BLOCK_SUSPEND CAP_AUDIT_READ CAP_PERFMON CAP_BPF
	CAP_CHECKPOINT_RESTORE`)

// In the order of the kernel's numbers (asm-generic/resource.h).
var limits = strings.Fields(`CPU FSIZE DATA STACK CORE RSS NPROC NOFILE MEMLOCK AS LOCKS SIGPENDING MSGQUEUE NICE RTPRIO RTTIME`)

const sysResource = 24

func main() {
	arguments := os.Args[1:]
	if err := reduce(specificationOf(arguments)); err != nil {
		fmt.Fprintln(os.Stderr, "runc-nocap:", err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stderr, "runc-nocap:", syscall.Exec(realRunc(), append([]string{"runc"}, arguments...), os.Environ()))
	os.Exit(1)
}

// realRunc is the one that was put aside for this program, or the one of the machine.
func realRunc() string {
	for _, path := range []string{"/usr/sbin/runc.real", "/usr/sbin/runc", "/usr/bin/runc"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	path, err := exec.LookPath("runc")
	if err != nil {
		return "runc"
	}
	return path
}

// specificationOf tells the file that these arguments lead to, and whether it is that of a process alone; "" is none.
func specificationOf(arguments []string) (file string, processAlone bool) {
	verb, bundle, process := "", ".", ""
	for at, word := range arguments {
		name, value, joined := strings.Cut(word, "=")
		if !joined && at+1 < len(arguments) {
			value = arguments[at+1]
		}
		switch {
		case verb == "" && (word == "create" || word == "run" || word == "restore" || word == "exec"):
			verb = word
		case verb == "exec" && (name == "--process" || name == "-p"):
			process = value
		case verb != "" && (name == "--bundle" || name == "-b"):
			bundle = value
		}
	}
	switch verb {
	case "":
		return "", false
	case "exec":
		return process, true
	default:
		return filepath.Join(bundle, "config.json"), false
	}
}

func reduce(file string, processAlone bool) error {
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	// Numbers stay as they are written: 64 bits do not fit into a float.
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var all map[string]any
	if err := decoder.Decode(&all); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	process := all
	if !processAlone {
		process, _ = all["process"].(map[string]any)
	}
	if process == nil {
		return nil
	}
	bounding, err := boundingSet()
	if err != nil {
		return err
	}
	reduceCapabilities(process, bounding)
	if bounding>>sysResource&1 == 0 {
		reduceLimits(process)
		reduceOomScore(process)
	}
	reduced, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return os.WriteFile(file, reduced, 0o600)
}

func boundingSet() (uint64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(string(status), "\n") {
		if digits, found := strings.CutPrefix(line, "CapBnd:"); found {
			return strconv.ParseUint(strings.TrimSpace(digits), 16, 64)
		}
	}
	return 0, fmt.Errorf("/proc/self/status has no CapBnd")
}

func reduceCapabilities(process map[string]any, bounding uint64) {
	given := map[string]bool{}
	for number, name := range capabilities {
		given[name] = bounding>>uint(number)&1 == 1
	}
	sets, _ := process["capabilities"].(map[string]any)
	for set, value := range sets {
		wanted, _ := value.([]any)
		kept := []any{}
		for _, one := range wanted {
			if name, _ := one.(string); given[name] {
				kept = append(kept, one)
			}
		}
		sets[set] = kept
	}
}

func reduceLimits(process map[string]any) {
	numbers := map[string]int{}
	for number, name := range limits {
		numbers["RLIMIT_"+name] = number
	}
	wanted, _ := process["rlimits"].([]any)
	for _, one := range wanted {
		entry, _ := one.(map[string]any)
		number, known := numbers[fmt.Sprint(entry["type"])]
		var own syscall.Rlimit
		if !known || syscall.Getrlimit(number, &own) != nil {
			continue
		}
		for _, side := range []string{"soft", "hard"} {
			if value, err := strconv.ParseUint(fmt.Sprint(entry[side]), 10, 64); err == nil && value > own.Max {
				entry[side] = json.Number(strconv.FormatUint(own.Max, 10))
			}
		}
	}
}

func reduceOomScore(process map[string]any) {
	text, err := os.ReadFile("/proc/self/oom_score_adj")
	if err != nil {
		return
	}
	own, err := strconv.Atoi(strings.TrimSpace(string(text)))
	wanted, wantedErr := strconv.Atoi(fmt.Sprint(process["oomScoreAdj"]))
	if err == nil && wantedErr == nil && wanted < own {
		process["oomScoreAdj"] = own
	}
}
