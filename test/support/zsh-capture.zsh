# zsh-capture.zsh FUNCTIONS LINE: what zsh offers when Tab is pressed at the end of LINE, one a line.
# A zsh in a pseudo terminal completes; its compadd prints what it is given.
zmodload zsh/zpty
zpty inner zsh -f -i
line=
until_marker() { while zpty -r inner line; do [[ $line == *"$1"* ]] && return; done }
zpty -w inner "PS1= PS2=; fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D
compadd() {
    if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd \"\$@\"; return; fi
    local -a hits; builtin compadd -A hits \"\$@\"; print -rl -- \"HIT:\"\${^hits}
    builtin compadd \"\$@\"
}
zstyle ':completion:*' menu no
bindkey '^I' complete-word
done-widget() { print -r -- END-OF-\"HITS\" }; zle -N done-widget; bindkey '^X' done-widget
print -r -- RE\"\"ADY"
until_marker READY
zpty -w -n inner "$2"$'\t'
zpty -w -n inner $'\x18'
while zpty -r inner line; do
    [[ $line == *END-OF-HITS* ]] && break
    line=${line%%[[:cntrl:]]#}
    [[ $line == *HIT:?* ]] && print -r -- "${${line##*HIT:}%%$'\r'*}"
done
zpty -d inner
