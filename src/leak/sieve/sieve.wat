;; Where in a text a pattern may begin. Only that: whether one does, compare.ts says. No place is left out, and one that is told
;; for nothing costs a comparison. docs/decisions/0033-search-kernel.md: why this is here, and how it is changed.
;;
;; A set of bits has two kinds of key:
;;   word    four bytes of a pattern: its first ones, or those from its second, third or fourth byte on
;;   first   a pattern's first four bytes
;; Where a pattern's first seven bytes stand in one piece, one of its words stands at a place that four divides: the set is asked
;; for these alone. Where a line end or an escape stands among the seven, it is found from there.
;;
;; The memory, as sieve.ts knows it:
;;   0x000000   the set, 2^20 bits
;;   0x020000   what is found: bit n, counted from the beginning of the memory, stands for byte n of it
;;   0x028000   tables for short texts
;;   0x030000   a list of places, four bytes each, up to one for each byte of the text: those to look at again, and in the end those found
;;   0x100040   the text, up to 64 KiB; there are zeros before it and behind it
(module
  (memory (export "memory") 18)

  ;; ---- The set: a product's highest 15 bits say which four bytes have a word's bit, the word's lowest 5 bits which one it is.
  ;; Where each line of a text asks, or each 16 bytes, this is written out: calls would take most of the time.

  (func $has (param $word i32) (result i32)
    (i32.and (i32.shr_u (i32.load (call $slot (local.get $word))) (local.get $word)) (i32.const 1)))

  (func $slot (param $word i32) (result i32)
    (i32.and (i32.shr_u (i32.mul (local.get $word) (i32.const 0x9e3779b1)) (i32.const 15)) (i32.const -4)))

  (func $add (param $word i32)
    (i32.store
      (call $slot (local.get $word))
      (i32.or (i32.load (call $slot (local.get $word))) (i32.shl (i32.const 1) (local.get $word)))))

  ;; the key of the other kind
  (func $asFirst (param $word i32) (result i32)
    (i32.xor (local.get $word) (i32.const 0x80c0a0ff)))

  ;; enters the pattern whose first eight bytes stand at a place
  (func (export "enter") (param $at i32)
    (call $add (i32.load (local.get $at)))
    (call $add (i32.load offset=1 (local.get $at)))
    (call $add (i32.load offset=2 (local.get $at)))
    (call $add (i32.load offset=3 (local.get $at)))
    (call $add (call $asFirst (i32.load (local.get $at)))))

  ;; ---- A text is looked through for breaks, and then for words. Each time a loop without a branch that depends on what it
  ;; reads lists where to look again: a branch that is guessed wrong takes longer than 16 bytes do.

  (func (export "look") (param $at i32) (param $end i32)
    ;; a bit for each byte of the text, and some before and behind it
    (memory.fill
      (i32.const 0x20000)
      (i32.const 0)
      (i32.add (i32.shr_u (i32.sub (local.get $end) (local.get $at)) (i32.const 3)) (i32.const 0x20)))
    (call $lookAcrossBreaks (call $listBreaks (local.get $at) (local.get $end)))
    (call $lookAroundWords (call $listWords (local.get $at) (local.get $end))))

  ;; a pattern may begin here
  (func $tell (param $at i32)
    (local $byte i32)
    (local.set $byte (i32.shr_u (local.get $at) (i32.const 3)))
    (i32.store8
      (local.get $byte)
      (i32.or (i32.load8_u (local.get $byte)) (i32.shl (i32.const 1) (i32.and (local.get $at) (i32.const 7))))))

  ;; the word is what stands here, without the break among it
  (func $tellIfFirst (param $at i32) (param $word i32)
    (if (call $has (call $asFirst (local.get $word)))
      (then (call $tell (local.get $at)))))

  ;; lists what is found up to a place of the text, as numbers of its bytes; gives how many
  (func (export "list") (param $end i32) (result i32)
    (local $list i32) (local $at i32) (local $bits i64)
    (local.set $list (i32.const 0x30000))
    (local.set $at (i32.const 0x20008))
    (loop $next
      (if (i64.ne (local.tee $bits (i64.load (local.get $at))) (i64.const 0))
        (then
          (loop $more
            (i32.store
              (local.get $list)
              (i32.add
                (i32.shl (i32.sub (local.get $at) (i32.const 0x20008)) (i32.const 3))
                (i32.wrap_i64 (i64.ctz (local.get $bits)))))
            (local.set $list (i32.add (local.get $list) (i32.const 4)))
            (br_if $more
              (i64.ne
                (local.tee $bits (i64.and (local.get $bits) (i64.sub (local.get $bits) (i64.const 1))))
                (i64.const 0))))))
      (br_if $next
        (i32.lt_u
          (local.tee $at (i32.add (local.get $at) (i32.const 8)))
          (i32.shr_u (i32.add (local.get $end) (i32.const 7)) (i32.const 3)))))
    (i32.shr_u (i32.sub (local.get $list) (i32.const 0x30000)) (i32.const 2)))

  ;; ---- Words

  ;; lists each 16 bytes that have a word of a pattern at one of four places; gives the list's end
  (func $listWords (param $at i32) (param $end i32) (result i32)
    (local $list i32) (local $one i32) (local $two i32) (local $three i32) (local $four i32) (local $found i32)
    (local.set $list (i32.const 0x30000))
    (loop $next
      (local.set $one (i32.load (local.get $at)))
      (local.set $two (i32.load offset=4 (local.get $at)))
      (local.set $three (i32.load offset=8 (local.get $at)))
      (local.set $four (i32.load offset=12 (local.get $at)))
      (local.set $found
        (i32.or
          (i32.or
            (i32.shr_u
              (i32.load (i32.and (i32.shr_u (i32.mul (local.get $one) (i32.const 0x9e3779b1)) (i32.const 15)) (i32.const -4)))
              (local.get $one))
            (i32.shr_u
              (i32.load (i32.and (i32.shr_u (i32.mul (local.get $two) (i32.const 0x9e3779b1)) (i32.const 15)) (i32.const -4)))
              (local.get $two)))
          (i32.or
            (i32.shr_u
              (i32.load (i32.and (i32.shr_u (i32.mul (local.get $three) (i32.const 0x9e3779b1)) (i32.const 15)) (i32.const -4)))
              (local.get $three))
            (i32.shr_u
              (i32.load (i32.and (i32.shr_u (i32.mul (local.get $four) (i32.const 0x9e3779b1)) (i32.const 15)) (i32.const -4)))
              (local.get $four)))))
      ;; written down in any case: the list goes on where something was found
      (i32.store (local.get $list) (local.get $at))
      (local.set $list (i32.add (local.get $list) (i32.shl (i32.and (local.get $found) (i32.const 1)) (i32.const 2))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))
    (local.get $list))

  (func $lookAroundWords (param $until i32)
    (local $list i32) (local $at i32)
    (local.set $list (i32.const 0x30000))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $list) (local.get $until)))
        (local.set $at (i32.load (local.get $list)))
        (call $lookAroundWord (local.get $at))
        (call $lookAroundWord (i32.add (local.get $at) (i32.const 4)))
        (call $lookAroundWord (i32.add (local.get $at) (i32.const 8)))
        (call $lookAroundWord (i32.add (local.get $at) (i32.const 12)))
        (local.set $list (i32.add (local.get $list) (i32.const 4)))
        (br $next))))

  ;; a pattern begins with it, or up to three bytes before
  (func $lookAroundWord (param $at i32)
    (if (call $has (i32.load (local.get $at)))
      (then
        (call $tellIfFirst (local.get $at) (i32.load (local.get $at)))
        (call $tellIfFirst (i32.sub (local.get $at) (i32.const 1)) (i32.load (i32.sub (local.get $at) (i32.const 1))))
        (call $tellIfFirst (i32.sub (local.get $at) (i32.const 2)) (i32.load (i32.sub (local.get $at) (i32.const 2))))
        (call $tellIfFirst (i32.sub (local.get $at) (i32.const 3)) (i32.load (i32.sub (local.get $at) (i32.const 3)))))))

  ;; ---- Breaks: LF, CR and ESC

  ;; lists them, with the text's end behind the last one; gives the list's end
  (func $listBreaks (param $at i32) (param $end i32) (result i32)
    (local $list i32) (local $breaks i64) (local $left i32)
    (local.set $list (i32.const 0x30000))
    (loop $next
      ;; one bit for each of 64 bytes
      (local.set $breaks
        (i64.or
          (i64.or
            (call $breaksOf (v128.load (local.get $at)))
            (i64.shl (call $breaksOf (v128.load offset=16 (local.get $at))) (i64.const 16)))
          (i64.or
            (i64.shl (call $breaksOf (v128.load offset=32 (local.get $at))) (i64.const 32))
            (i64.shl (call $breaksOf (v128.load offset=48 (local.get $at))) (i64.const 48)))))
      (local.set $left (i32.wrap_i64 (i64.popcnt (local.get $breaks))))
      ;; three in any case: most have no more
      (i32.store (local.get $list) (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $breaks)))))
      (local.set $breaks (i64.and (local.get $breaks) (i64.sub (local.get $breaks) (i64.const 1))))
      (i32.store offset=4 (local.get $list) (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $breaks)))))
      (local.set $breaks (i64.and (local.get $breaks) (i64.sub (local.get $breaks) (i64.const 1))))
      (i32.store offset=8 (local.get $list) (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $breaks)))))
      (if (i32.gt_u (local.get $left) (i32.const 3))
        (then
          (local.set $list (i32.add (local.get $list) (i32.const 12)))
          (local.set $left (i32.sub (local.get $left) (i32.const 3)))
          (loop $more
            (local.set $breaks (i64.and (local.get $breaks) (i64.sub (local.get $breaks) (i64.const 1))))
            (i32.store (local.get $list) (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $breaks)))))
            (local.set $list (i32.add (local.get $list) (i32.const 4)))
            (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
        (else
          (local.set $list (i32.add (local.get $list) (i32.shl (local.get $left) (i32.const 2))))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $end))))
    (i32.store (local.get $list) (local.get $end))
    (local.get $list))

  (func $breaksOf (param $text v128) (result i64)
    (i64.extend_i32_u
      (i8x16.bitmask
        (v128.or
          (v128.or
            (i8x16.eq (local.get $text) (i8x16.splat (i32.const 10)))
            (i8x16.eq (local.get $text) (i8x16.splat (i32.const 13))))
          (i8x16.eq (local.get $text) (i8x16.splat (i32.const 27)))))))

  ;; a pattern begins up to six bytes before a break and goes on behind it: the four bytes before it are a word, or those behind
  ;; it, or another break stands among these
  (func $lookAcrossBreaks (param $until i32)
    (local $list i32) (local $at i32) (local $next i32) (local $before i32) (local $behind i32) (local $found i32)
    (local.set $list (i32.const 0x30000))
    (local.set $next (i32.load (local.get $list)))
    (block $done
      (loop $more
        (br_if $done (i32.eq (local.get $list) (local.get $until)))
        (local.set $at (local.get $next))
        (local.set $next (i32.load offset=4 (local.get $list)))
        (local.set $before (i32.load (i32.sub (local.get $at) (i32.const 4))))
        (local.set $behind (i32.load offset=1 (local.get $at)))
        (local.set $found
          (i32.or
            (i32.shr_u
              (i32.load (i32.and (i32.shr_u (i32.mul (local.get $before) (i32.const 0x9e3779b1)) (i32.const 15)) (i32.const -4)))
              (local.get $before))
            (i32.shr_u
              (i32.load (i32.and (i32.shr_u (i32.mul (local.get $behind) (i32.const 0x9e3779b1)) (i32.const 15)) (i32.const -4)))
              (local.get $behind))))
        (if (i32.or
              (i32.or
                (i32.and (local.get $found) (i32.const 1))
                (call $isEscape (local.get $at)))
              (i32.lt_u (i32.sub (local.get $next) (local.get $at)) (i32.const 5)))
          (then
            (call $lookFarBefore (local.get $at))
            (call $lookShortBefore (local.get $at))))
        (local.set $list (i32.add (local.get $list) (i32.const 4)))
        (br $more))))

  ;; ESC with what may follow it in an escape: alone it is a byte that no pattern has
  (func $isEscape (param $at i32) (result i32)
    (i32.and
      (i32.eq (i32.load8_u (local.get $at)) (i32.const 27))
      (i32.lt_u (i32.sub (i32.load8_u offset=1 (local.get $at)) (i32.const 0x20)) (i32.const 0x5f))))

  ;; four to six bytes before a break
  (func $lookFarBefore (param $at i32)
    (local $before i32)
    (local.set $before (i32.load (i32.sub (local.get $at) (i32.const 4))))
    (if (call $has (local.get $before))
      (then
        (call $tellIfFirst (i32.sub (local.get $at) (i32.const 4)) (local.get $before))
        (call $tell (i32.sub (local.get $at) (i32.const 5)))
        (call $tell (i32.sub (local.get $at) (i32.const 6))))))

  ;; one to three bytes before a break
  (func $lookShortBefore (param $at i32)
    (local $next i32) (local $behind i32) (local $others i32)
    (local.set $next (i32.add (local.get $at) (i32.const 1)))
    ;; CR LF is one line end
    (if (i32.and
          (i32.eq (i32.load8_u (local.get $at)) (i32.const 13))
          (i32.eq (i32.load8_u (local.get $next)) (i32.const 10)))
      (then (local.set $next (i32.add (local.get $next) (i32.const 1)))))
    (local.set $behind (i32.load (local.get $next)))
    (local.set $others (i32.xor (local.get $behind) (i32.const 0x1b1b1b1b)))
    ;; how long an escape is, compare.ts knows: one that stands here, or among the four bytes behind the line end
    (if (i32.or
          (i32.eq (i32.load8_u (local.get $at)) (i32.const 27))
          (i32.ne
            (i32.and
              (i32.and (i32.sub (local.get $others) (i32.const 0x01010101)) (i32.xor (local.get $others) (i32.const -1)))
              (i32.const 0x80808080))
            (i32.const 0)))
      (then
        (call $tell (i32.sub (local.get $at) (i32.const 1)))
        (call $tell (i32.sub (local.get $at) (i32.const 2)))
        (call $tell (i32.sub (local.get $at) (i32.const 3))))
      (else
        (call $tellIfFirst
          (i32.sub (local.get $at) (i32.const 1))
          (i32.or
            (i32.load8_u (i32.sub (local.get $at) (i32.const 1)))
            (i32.shl (local.get $behind) (i32.const 8))))
        (call $tellIfFirst
          (i32.sub (local.get $at) (i32.const 2))
          (i32.or
            (i32.load16_u (i32.sub (local.get $at) (i32.const 2)))
            (i32.shl (local.get $behind) (i32.const 16))))
        (call $tellIfFirst
          (i32.sub (local.get $at) (i32.const 3))
          (i32.or
            (i32.shr_u (i32.load (i32.sub (local.get $at) (i32.const 4))) (i32.const 8))
            (i32.shl (local.get $behind) (i32.const 24)))))))

  ;; ---- Short texts: those whose first three bytes fit one of eight groups. Six tables of sixteen bytes say which groups a byte may
  ;; stand in: by the lower half of the first one, by its upper half, and so on. A place's bits of sixteen bytes are what is found.

  (func (export "lookForShort") (param $at i32) (param $end i32)
    (loop $next
      (i32.store16
        (i32.shr_u (local.get $at) (i32.const 3))
        (i8x16.bitmask
          (i8x16.ne
            (v128.and
              (v128.and
                (call $groups (v128.load (local.get $at)) (v128.load (i32.const 0x28000)) (v128.load (i32.const 0x28010)))
                (call $groups (v128.load offset=1 (local.get $at)) (v128.load (i32.const 0x28020)) (v128.load (i32.const 0x28030))))
              (call $groups (v128.load offset=2 (local.get $at)) (v128.load (i32.const 0x28040)) (v128.load (i32.const 0x28050))))
            (v128.const i32x4 0 0 0 0))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end)))))

  (func $groups (param $text v128) (param $lower v128) (param $upper v128) (result v128)
    (v128.and
      (i8x16.swizzle (local.get $lower) (v128.and (local.get $text) (i8x16.splat (i32.const 15))))
      (i8x16.swizzle (local.get $upper) (i8x16.shr_u (local.get $text) (i32.const 4))))))
