package secret

import "bytes"

// endings are how the names of credentials end, without dashes, underscores and dots, in lower case.
var endings = []string{
	"password", "passwords", "passwd", "passphrase", "secret", "secrets", "token", "tokens", "apikey", "apikeys", "accesskey", "secretkey", "secretaccesskey",
	"privatekey", "encryptionkey", "signingkey", "sharedkey", "clientkey", "credential", "credentials", "connectionstring", "kubeconfig", "authkey", "pullsecret", "tlskey",
	"certificatekey", "basicauth", "bearer", "pwd", "pgpass", "accesskeyid", "dockerconfigjson", "dockerconfig", "dockercfg", "authorization", "sshkey", "sshprivatekey",
	"pass", "pw", "passcode", "authheader", "cakey", "rsakey", "tlskey", "idrsa", "ided25519", "psk", "presharedkey", "jwt", "masterkey", "sessionkey", "hmackey", "accountkey", "dsn",
	"licensekey", "mnemonic", "recoverycode", "recoverycodes", "webhookurl", "privatekeys", "signingkeys", "encryptionkeys", "privkey", "keydata", "serverkey", "peerkey", "unsealkey", "unsealkeys",
	"recoverykey", "recoverykeys", "rootkey", "storagekey", "servicekey", "routingkey", "integrationkey", "deploykey", "appkey", "applicationkey", "githubpat", "gitlabpat", "registryauth", "slackapiurl",
}

// leaves are names of credentials where they have one value; a map of such a name has settings.
var leaves = map[string]bool{"auth": true, "cookie": true, "license": true, "pat": true}

// others end like credentials and are none: a mode of the metadata service of AWS, names of secrets, and the settings of apps of such a name.
var others = []string{"httptokens", "bypass", "compass", "imagepullsecret", "imagepullsecrets", "existingsecret", "externalsecrets", "sealedsecrets"}

// endsIn are the endings, and what is none although it ends so, by their last two letters: every field of a fleet is asked about.
var endsIn = func() map[[2]byte][]ending {
	out := map[[2]byte][]ending{}
	for _, list := range [][]ending{asEndings(others, false), asEndings(endings, true)} {
		for _, e := range list {
			last := [2]byte{e.text[len(e.text)-2], e.text[len(e.text)-1]}
			out[last] = append(out[last], e)
		}
	}
	return out
}()

type ending struct {
	text   string
	hidden bool
}

func asEndings(texts []string, hidden bool) []ending {
	var out []ending
	for _, t := range texts {
		out = append(out, ending{t, hidden})
	}
	return out
}

func isCredential(name string) bool {
	var buffer [64]byte
	plain := buffer[:0]
	for i := range len(name) {
		switch c := name[i]; {
		case c == '-' || c == '_' || c == '.' || c == ' ':
		case c >= 'A' && c <= 'Z':
			plain = append(plain, c+'a'-'A')
		default:
			plain = append(plain, c)
		}
	}
	if len(plain) < 2 {
		return false
	}
	for _, e := range endsIn[[2]byte{plain[len(plain)-2], plain[len(plain)-1]}] {
		if bytes.HasSuffix(plain, []byte(e.text)) {
			return e.hidden
		}
	}
	return false
}
