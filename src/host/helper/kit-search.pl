# Looks for candidates of a scan kit in what the user who runs it may read, and prints places and digests. It is told on
# standard input: table (256 words of 64 bits), tags, lengths and the digests' key, all hex or decimal, a line each; then folders,
# a line each, up to a line with a dot. docs/decisions/0029-scan-kit.md says what the numbers are.
use strict;
use warnings;
no warnings qw(portable utf8);

exit 3 if ~0 < 2**63;
$| = 1;
my ($window, $chunk, $largest, $most) = (16, 1 << 20, 1 << 30, 200);
chomp(my ($table, $tags, $lengths, $key) = map { scalar <STDIN> // '' } 1 .. 4);
my @in = map { hex } unpack '(A16)256', $table;
my @out = map { ($_ << $window) | ($_ >> (64 - $window)) } @in;
my %tag = map { hex($_) => $_ } split ' ', $tags;
my %low = map { ($_ & 0xffff) => 1 } keys %tag;
my @lengths = split ' ', $lengths;
my (@folders, %seen, %found, $places, $said);
while (my $line = <STDIN>) { chomp $line; last if $line eq '.'; push @folders, $line; }
my $hmac = eval { require Digest::SHA; 1 };
($places, $said) = (0, time);

my %looked = (files => 0, containers => 0, journal => 0, unread => 0);
walk($_, (lstat $_)[0]) for @folders;
out("looked files $looked{files} $looked{unread}");
containers();
journal();
out('searched');

sub out { print "$_[0]\n" or exit 1; $said = time; }

# whoever asked may be gone: a line now and then shows it
sub alive { out('waiting') if time - $said > 4; }

sub walk {
  my ($path, $device) = @_;
  my @todo = ($path);
  while (defined(my $folder = pop @todo)) {
    my $list;
    my @names = opendir($list, $folder) ? sort readdir $list : ();
    $looked{unread}++ unless @names;
    for my $name (@names) {
      next if $name eq '.' or $name eq '..';
      my $file = "$folder/$name";
      my @stat = lstat $file or next;
      if (-d _) { push @todo, $file if $stat[0] == $device; next; }
      next unless -f _ and $stat[0] == $device;
      alive();
      if ($stat[7] > $largest or $file =~ /\n/ or !open(my $handle, '<', $file)) { $looked{unread}++; }
      else {
        $looked{files}++;
        if ($file =~ /\.t?gz$/) { close $handle; open $handle, '-|', 'gzip', '-dc', $file or next; }
        stream($handle, "file $file");
      }
    }
  }
}

# block by block, cut at line ends
sub stream {
  my ($handle, $where) = @_;
  binmode $handle;
  my ($rest, $line) = ('', 1);
  while (1) {
    my $got = read($handle, my $bytes, $chunk);
    my $text = $rest . ($got ? $bytes : '');
    my $cut = $got ? rindex($text, "\n") + 1 : length $text;
    $cut = length $text if $cut == 0 and length $text > 4 * $chunk;
    $rest = substr $text, $cut;
    block(substr($text, 0, $cut), sub { $line + $_[0] }, $where) if $cut;
    $line += substr($text, 0, $cut) =~ tr/\n//;
    alive();
    last unless $got;
  }
  close $handle;
}

# lines before a place are counted only where something stands
sub block {
  my ($text, $line_of, $where) = @_;
  while ($text =~ /([!-~]{16,})/g) {
    my ($word, $at) = ($1, $-[1]);
    look($word, 'literal', sub { $line_of->(substr($text, 0, $at) =~ tr/\n//) }, $where);
  }
}

sub look {
  my ($word, $encoding, $line, $where) = @_;
  hashes($word, $encoding, $line, $where);
  return if $encoding ne 'literal';
  while ($word =~ m{([A-Za-z0-9+/_-]{22,})}g) {
    my $run = $1;
    my $name = ($run =~ m{[_-]} and $run !~ m{[+/]}) ? 'base64url' : 'base64';
    $run =~ tr{_-}{/+};
    for my $phase (0 .. 3) {
      my $plain = base64(substr $run, $phase);
      while ($plain =~ /([!-~]{16,})/g) { hashes($1, $name, $line, $where); }
    }
  }
  while ($word =~ /([0-9A-Fa-f]{32,})/g) {
    my $run = $1;
    for my $phase (0, 1) {
      my $plain = pack 'H*', substr($run, $phase, 2 * int((length($run) - $phase) / 2));
      while ($plain =~ /([!-~]{16,})/g) { hashes($1, 'hex', $line, $where); }
    }
  }
  if ($word =~ /%[0-9A-Fa-f]{2}/) { (my $plain = $word) =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge; hashes($plain, 'url', $line, $where); }
  if ($word =~ m{\\[u/"\\]}) {
    (my $plain = $word) =~ s{\\(?:u00([0-9A-Fa-f]{2})|([/"\\]))}{defined $1 ? chr hex $1 : $2}ge;
    hashes($plain, 'json', $line, $where);
  }
}

sub base64 {
  my ($run) = @_;
  # without its padding, and from any place on: the last bytes of what is left count
  my $size = int(length($run) * 3 / 4);
  $run .= 'A' x (-length($run) % 4);
  my $plain = '';
  $run =~ tr{A-Za-z0-9+/}{ -_};
  while ($run =~ /(.{1,60})/gs) { $plain .= unpack 'u', chr(32 + 3 * length($1) / 4) . $1; }
  return substr $plain, 0, $size;
}

# cyclic polynomials over 64 bits, of the last sixteen bytes
sub hashes {
  my ($text, $encoding, $line, $where) = @_;
  my @bytes = unpack 'C*', $text;
  my $hash = 0;
  for my $at (0 .. $#bytes) {
    $hash = (($hash << 1) | ($hash >> 63)) ^ $in[$bytes[$at]];
    $hash ^= $out[$bytes[$at - $window]] if $at >= $window;
    next if $at < $window - 1 or !$low{$hash & 0xffff};
    my $tag = $tag{$hash & 0xffffffffffff};
    found($tag, substr($text, 0, $at + 1), $encoding, $line, $where) if defined $tag;
  }
}

sub found {
  my ($tag, $text, $encoding, $line, $where) = @_;
  return if $seen{"$tag $encoding $where"}++;
  return if ++$places > $most;
  my @spans = map { digest(substr $text, -$_) } grep { $_ <= length $text } @lengths;
  my $at = $line->();
  out(join ' ', 'found', $encoding, $at, join(',', @spans), $where) if @spans;
}

sub digest {
  my ($span) = @_;
  my $secret = pack 'H*', $key;
  return Digest::SHA::hmac_sha256_hex($span, $secret) if $hmac;
  my $pad = $secret . "\0" x (64 - length $secret);
  return sum(($pad ^ ("\x5c" x 64)) . pack 'H*', sum(($pad ^ ("\x36" x 64)) . $span));
}

# perl's own library may be missing: then by the program, through pipes
sub sum {
  my ($bytes) = @_;
  pipe(my $from, my $to) or exit 1;
  defined(my $writer = fork) or exit 1;
  if ($writer == 0) { close $from; binmode $to; print {$to} $bytes; close $to; require POSIX; POSIX::_exit(0); }
  close $to;
  defined(my $pid = open my $output, '-|') or exit 1;
  if ($pid == 0) { open STDIN, '<&', $from; exec 'sha256sum'; exit 1; }
  close $from;
  my $hex = substr <$output>, 0, 64;
  close $output;
  waitpid $writer, 0;
  return $hex;
}

sub containers {
  open my $all, '-|', 'docker ps -aq --no-trunc 2>/dev/null' or return;
  chomp(my @ids = <$all>);
  return unless close $all;
  for my $id (@ids) {
    next unless $id =~ /^[0-9a-f]+$/;
    my $said = `docker inspect -f '{{.Name}} {{.HostConfig.LogConfig.Type}}' $id 2>/dev/null`;
    my ($name, $driver) = $said =~ m{^/?([A-Za-z0-9_.-]+) (\S+)$} or next;
    $looked{containers}++;
    next if $driver eq 'journald';
    open my $log, '-|', "docker logs $id 2>&1" or next;
    stream($log, "container $name");
  }
  out("looked containers $looked{containers}");
}

sub journal {
  open my $all, '-|', 'journalctl --no-pager -q -r -o export 2>/dev/null' or return;
  binmode $all;
  my ($unit, $time, @entry) = ('-', 0);
  my $flush = sub {
    for my $text (@entry) {
      my $field = $text =~ /^([A-Z_][A-Z0-9_]*)=/ ? $1 : 'MESSAGE';
      my $at = $time;
      block($text, sub { $at }, "journal $field $unit");
    }
    ($unit, @entry) = ('-');
  };
  while (my $text = <$all>) {
    if ($text =~ /^__REALTIME_TIMESTAMP=(\d+)$/) { $flush->(); $time = $1; $looked{journal}++; alive(); }
    elsif ($text =~ /^_SYSTEMD_UNIT=(\S+)$/) { ($unit = $1) =~ s/[^A-Za-z0-9\@._:\\-]/?/g; }
    # what systemd itself says of a process can have a value in it only as an argument
    elsif ($text !~ /^_/ or $text =~ /^_CMDLINE=/) { push @entry, $text if length $text > 16; }
  }
  $flush->();
  close $all;
  out("looked journal $looked{journal}");
}
