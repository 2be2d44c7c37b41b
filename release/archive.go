package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
)

// entry is a file in an archive. Owners are left out, so that the same files make the same archive.
type entry struct {
	name    string
	mode    fs.FileMode
	time    time.Time
	content []byte
}

// pack makes an archive in a format: tar.gz or zip.
func pack(format string, entries []entry) ([]byte, error) {
	var out bytes.Buffer
	var err error
	switch format {
	case "tar.gz":
		err = packTarGz(&out, entries)
	case "zip":
		err = packZip(&out, entries)
	default:
		err = fmt.Errorf("archive format %q is not supported, must be one of tar.gz, zip", format)
	}
	return out.Bytes(), err
}

func packTarGz(out io.Writer, entries []entry) error {
	compressed, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(compressed)
	for _, e := range entries {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: e.name, Mode: int64(e.mode), Size: int64(len(e.content)), ModTime: e.time, Format: tar.FormatUSTAR,
		}
		if err := w.WriteHeader(header); err != nil {
			return err
		}
		if _, err := w.Write(e.content); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return compressed.Close()
}

func packZip(out io.Writer, entries []entry) error {
	w := zip.NewWriter(out)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: e.time}
		header.SetMode(e.mode)
		file, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := file.Write(e.content); err != nil {
			return err
		}
	}
	return w.Close()
}

// unpack returns what is in the archive in file.
func unpack(file string) ([]entry, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var entries []entry
	if strings.HasSuffix(file, ".zip") {
		entries, err = unpackZip(data)
	} else {
		entries, err = unpackTarGz(data)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return entries, nil
}

func unpackTarGz(data []byte) ([]entry, error) {
	plain, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var entries []entry
	for r := tar.NewReader(plain); ; {
		header, err := r.Next()
		if err == io.EOF {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{header.Name, header.FileInfo().Mode(), header.ModTime, content})
	}
}

func unpackZip(data []byte) ([]entry, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var entries []entry
	for _, f := range r.File {
		file, err := f.Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(file)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{f.Name, f.Mode(), f.Modified, content})
	}
	return entries, nil
}
