// check reads the public files of a log the way Go's checksum database is read, with golang.org/x/mod/sumdb alone:
// check LOG VKEY OLD PROOFS, where LOG is the folder with checkpoint and tile/, VKEY a verifier key, OLD an older
// checkpoint, and PROOFS a folder with consistency (from OLD to now) and files INDEX.proof beside INDEX.entry.
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type tiles struct{ folder string }

func (t tiles) Height() int { return height }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", path, len(data))
		}
		read = append(read, data)
	}
	return read, nil
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func text(path string) string {
	data, err := os.ReadFile(path)
	must(err)
	return string(data)
}

// signed opens a checkpoint that the key has signed.
func signed(path, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(strings.TrimSpace(vkey))
	must(err)
	opened, err := note.Open([]byte(text(path)), note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		must(fmt.Errorf("the checkpoint is of %s, not of %s", lines[0], verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	return tlog.Tree{N: size, Hash: hash(lines[2])}
}

func hash(line string) tlog.Hash {
	parsed, err := tlog.ParseHash(line)
	must(err)
	return parsed
}

func hashes(lines string) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range strings.Fields(lines) {
		if _, err := base64.StdEncoding.DecodeString(line); err != nil {
			must(err)
		}
		found = append(found, hash(line))
	}
	return found
}

func main() {
	folder, vkey, older, proofs := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	now, before := signed(filepath.Join(folder, "checkpoint"), vkey), signed(older, vkey)
	reader := tlog.TileHashReader(now, tiles{folder})
	root, err := tlog.TreeHash(now.N, reader)
	must(err)
	if root != now.Hash {
		must(fmt.Errorf("the tiles have another root"))
	}
	consistency := hashes(text(filepath.Join(proofs, "consistency")))
	must(tlog.CheckTree(consistency, now.N, now.Hash, before.N, before.Hash))
	theirs, err := tlog.ProveTree(now.N, before.N, reader)
	must(err)
	if fmt.Sprint(theirs) != fmt.Sprint(tlog.TreeProof(consistency)) {
		must(fmt.Errorf("another proof of consistency than the tiles give"))
	}
	entries, err := filepath.Glob(filepath.Join(proofs, "*.entry"))
	must(err)
	for _, path := range entries {
		number, err := strconv.ParseInt(strings.TrimSuffix(filepath.Base(path), ".entry"), 10, 64)
		must(err)
		proof := hashes(text(strings.TrimSuffix(path, ".entry") + ".proof"))
		must(tlog.CheckRecord(proof, now.N, now.Hash, number, tlog.RecordHash([]byte(text(path)))))
	}
	fmt.Printf("%d entries, from %d on, %d proofs\n", now.N, before.N, len(entries))
}
