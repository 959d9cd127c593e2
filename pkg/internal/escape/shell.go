package escape

import "strings"

// plain are the characters of a word that shells (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02) take as it is.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+=,-"

// Shell is a text as one word of a command that people paste into a shell.
func Shell(s string) string {
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Words are texts as the words of a command.
func Words(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = Shell(s)
	}
	return strings.Join(out, " ")
}
