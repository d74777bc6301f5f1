#!/usr/bin/env bash
# Run inside of the root of the node: systemd in a container, and a user `docker` whom Minikube reaches by ssh.
set -euo pipefail

# Units that want hardware, which a container has not.
find /lib/systemd/system/sysinit.target.wants/ -name systemd-tmpfiles-setup.service -delete
rm -f /lib/systemd/system/multi-user.target.wants/* /etc/systemd/system/*.wants/* \
  /lib/systemd/system/local-fs.target.wants/* /lib/systemd/system/sockets.target.wants/*udev* \
  /lib/systemd/system/sockets.target.wants/*initctl* /lib/systemd/system/basic.target.wants/*
systemctl mask systemd-binfmt.service systemd-udevd.service
systemctl disable containerd.service
systemctl enable docker.service ssh.service cri-docker.socket minikube-automount.service
grep -q '^ReadKMsg=no' /etc/systemd/journald.conf || echo ReadKMsg=no >>/etc/systemd/journald.conf
sed -i '/^\[Service\]/a LimitNOFILE=1048576' /lib/systemd/system/containerd.service

ln -sf /lib/systemd/systemd /sbin/init
# Minikube's unit for Docker starts it from here.
ln -sf ../sbin/dockerd /usr/bin/dockerd
mkdir -p /etc/kubernetes/manifests /kind /etc/cni/net.d
sed -i -E 's/^(hosts:\s*).*/\1files dns/' /etc/nsswitch.conf

# Keys of the host are made at the first start: an image has none.
rm -f /etc/ssh/ssh_host_*
mkdir -p /etc/systemd/system/ssh.service.d
printf '[Service]\nExecStartPre=\nExecStartPre=/usr/bin/ssh-keygen -A\nExecStartPre=/usr/sbin/sshd -t\nRuntimeDirectory=sshd\n' \
  >/etc/systemd/system/ssh.service.d/keys.conf
printf 'PubkeyAcceptedAlgorithms +ssh-rsa\nHostkeyAlgorithms +ssh-rsa\nPubkeyAuthentication yes\nPasswordAuthentication no\n' \
  >/etc/ssh/sshd_config.d/minikube.conf

groupadd -f docker
id docker >/dev/null 2>&1 || useradd -m -s /bin/bash -g docker -G sudo docker
# No password, and not locked either.
usermod -p '*' docker
echo '%sudo ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/20-passwordless
chmod 0440 /etc/sudoers.d/20-passwordless
install -d -o docker -g docker -m 700 /home/docker/.ssh
echo 'made from packages' >/kic.txt
: >/etc/machine-id
