"""Lists of relations as tools export them: who needs whom, on which port; written by hand after the tools' columns."""

import csv
from pathlib import Path

import pytest

from in_process import Commands

HOSTS = """Server Name,IP Address,Operating System,Type
web01,10.0.1.1,RHEL 8,Server
web02,10.0.1.2,RHEL 8,Server
app01,10.0.1.11,Windows Server 2016,Server
db01,10.0.1.21,RHEL 7,Server
db02,10.0.1.22,RHEL 7,Server
esx01,10.0.9.1,VMware ESXi 7.0,Hypervisor
sw01,10.0.9.9,Cisco IOS,Switch
"""
Edge = tuple[str, str, str, str]  # source, target, kind, port; '' where none is known
FLOWS: set[Edge] = {("web01", "app01", "connection", "8080"), ("app01", "db01", "connection", "5432")}
PODS = {("cart-abcde", "web01", "runs_on", ""), ("cart-fghij", "web02", "runs_on", "")}

EXPORTS: dict[str, tuple[dict[str, str], set[Edge]]] = {
    "BMC relationships": (
        {
            "relationships.csv": "Source Kind,Source Name,Source Key,Relationship,Source Role,Target Role,Target Kind,"
            "Target Name,Target Key\nHost,web01,k1,Dependency,Dependant,DependedUpon,Host,app01,k2\n"
        },
        {("web01", "app01", "depends_on", "")},
    ),
    "BMC communication": (
        {
            "communication.csv": "Local Host,Local IP Address,Local Port,Remote Host,Remote IP Address,Remote Port,"
            "Protocol,Process,State\nweb01,10.0.1.1,40233,app01,10.0.1.11,8080,TCP,httpd,ESTABLISHED\n"
            "app01,10.0.1.11,51234,db01,10.0.1.21,5432,TCP,java,ESTABLISHED\n"
        },
        FLOWS,
    ),
    "Device42 by dependent": (
        {
            "services.csv": "Dependent Device,Dependent Device IP,Dependent Service,Service Name,Port,Protocol,"
            "Depends on Device,Depends on IP,Client Connections,First Seen,Last Seen\n"
            "web01,10.0.1.1,httpd,tomcat,8080,TCP,app01,10.0.1.11,14,2026-01-02,2026-02-03\n"
            "app01,10.0.1.11,java,postgres,5432,TCP,db01,10.0.1.21,3,2026-01-02,2026-02-03\n"
        },
        FLOWS,
    ),
    "Device42 by listener": (
        {
            "listeners.csv": "Listener Device Name,Listener IP,Listener Service Name,Listener Port,Protocol,"
            "Client Device Name,Client IP,Client Service Name,Total Connections,First Detected,Last Detected\n"
            "app01,10.0.1.11,tomcat,8080,TCP,web01,10.0.1.1,httpd,14,2026-01-02,2026-02-03\n"
            "db01,10.0.1.21,postgres,5432,TCP,app01,10.0.1.11,java,3,2026-01-02,2026-02-03\n"
        },
        FLOWS,
    ),
    "Device42 affinity": (
        {"affinity.csv": "Affinity Group,Primary Device,Device,Direction,Hops\nCRM,web01,app01,Outbound,1\n"},
        {("web01", "app01", "relation", "")},
    ),
    "NetBox cables": (
        {
            "cables.csv": "ID,Label,Device A,Termination A,Device B,Termination B,Type,Status,Length\n"
            "1,,web01,eth0,sw01,Gi1/0/1,CAT6,Connected,2\n2,,db01,eth0,sw01,Gi1/0/2,CAT6,Connected,2\n"
        },
        {("web01", "sw01", "relation", ""), ("db01", "sw01", "relation", "")},
    ),
    "NetBox virtual machines": (
        {
            "vms.csv": "Name,Status,Site,Cluster,Device,Role,Tenant,VCPUs,Memory (MB),Disk (GB),IP Address\n"
            "vm01,Active,DC1,CL-PROD,esx01,Web,Acme,2,4096,50,10.0.5.1/24\n",
            "clusters.csv": "Cluster Name,Type,Number of Hosts\nCL-PROD,VMware Cluster,1\n",
        },
        {("vm01", "esx01", "runs_on", ""), ("vm01", "CL-PROD", "runs_on", "")},
    ),
    "F5 virtual servers": (
        {
            "virtuals.csv": "Virtual Server,Destination,Service Port,Pool,Pool Members,Status\n"
            'vs_crm,10.0.0.100,443,pool_crm,"10.0.1.1:8443, 10.0.1.2:8443",available\n',
        },
        {("vs_crm", "web01", "depends_on", "8443"), ("vs_crm", "web02", "depends_on", "8443")},
    ),
    "NetScaler service groups": (
        {
            "lb.csv": "LB vServer,VIP,VIP Port,Protocol,Service Group,Service Group Member,Member IP,Member Port\n"
            "esx01,10.0.9.1,443,SSL,sg_erp,app01,10.0.1.11,8443\n"
        },
        {("esx01", "app01", "relation", "8443")},
    ),
    "Kubernetes": (
        {
            "pods.txt": "NAMESPACE   NAME         READY   STATUS    RESTARTS   AGE   IP           NODE    "
            "NOMINATED NODE   READINESS GATES\n"
            "shop        cart-abcde   1/1     Running   0          12d   10.244.1.5   web01   "
            "<none>           <none>\n"
            "shop        cart-fghij   1/1     Running   0          12d   10.244.2.7   web02   "
            "<none>           <none>\n",
            "services.txt": "NAMESPACE   NAME   TYPE        CLUSTER-IP     EXTERNAL-IP   PORT(S)    AGE\n"
            "shop        cart   ClusterIP   10.96.10.20    <none>        8080/TCP   30d\n",
            "endpoints.txt": "NAMESPACE   NAME   ENDPOINTS                         AGE\n"
            "shop        cart   10.244.1.5:8080,10.244.2.7:8080   30d\n",
        },
        PODS | {("cart", "cart-abcde", "relation", "8080"), ("cart", "cart-fghij", "relation", "8080")},
    ),
    "Oracle database links": (
        {
            "dba_db_links.csv": "HOST_NAME,OWNER,DB_LINK,USERNAME,HOST,CREATED\ndb01,CRM,ERPLINK.WORLD,ERP_RO,"
            '"(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db02)(PORT=1521))(CONNECT_DATA=(SID=ERP)))",2019-03-04\n'
        },
        {("db01", "db02", "relation", "1521")},
    ),
    "SQL Server linked servers": (
        {
            "linked.csv": "Server,Linked Server,Product,Provider,Data Source,Catalog\n"
            "db01,DB02LINK,SQL Server,SQLNCLI,db02,ERP\n"
        },
        {("db01", "db02", "relation", "")},
    ),
    "connection strings": (
        {
            "strings.csv": "Application,Connection String\n"
            'CRM,"Server=db01,1433;Database=crm;User Id=crm;Password=hunter2"\nERP,jdbc:oracle:thin:@//db02:1521/ERP\n'
        },
        {("CRM", "db01", "depends_on", "1433"), ("ERP", "db02", "depends_on", "1521")},
    ),
    "several of each": (
        {
            "several.csv": "Application,Server,Connection String,Depends On\n"
            'CRM,web01,"Server=db01,1433;Database=crm;Password=hunter2","db02:1521, app01:8080"\n',
            "rules.csv": 'Source Server,Target Server,Port\nweb02,app01,"8080, 8443"\n',
        },
        {
            ("CRM", "web01", "depends_on", ""),
            ("CRM", "db01", "depends_on", "1433"),
            ("CRM", "db02", "depends_on", "1521"),
            ("CRM", "app01", "depends_on", "8080"),
            ("web02", "app01", "relation", "8080"),
            ("web02", "app01", "relation", "8443"),
        },
    ),
}


@pytest.fixture
def muster(url: str, tmp_path: Path) -> Commands:
    return Commands(url, tmp_path / "home")


def edges(muster: Commands, folder: Path, files: dict[str, str]) -> tuple[set[Edge], str]:
    folder.mkdir()
    for name, text in {"hosts.csv": HOSTS, **files}.items():
        (folder / name).write_text(text)
    assert muster.json("run", *(folder / name for name in ("hosts.csv", *files)))["refused"] == []
    muster.call("export", "edges", "-o", folder / "edges.csv")
    text = (folder / "edges.csv").read_text()
    rows = csv.DictReader(text.splitlines())
    return {(row["source"], row["target"], row["kind"], row["port"]) for row in rows}, text


def test_relations_of_tools_are_the_edges_they_mean(muster: Commands, tmp_path: Path) -> None:
    found = {
        tool: edges(muster.as_tenant("Acme", tool), tmp_path / f"{at}", files)[0]
        for at, (tool, (files, _)) in enumerate(EXPORTS.items())
    }
    assert found == {tool: wanted for tool, (_, wanted) in EXPORTS.items()}


def test_a_service_of_kubernetes_is_an_end_of_edges_and_no_machine(muster: Commands, tmp_path: Path) -> None:
    edges(muster, tmp_path / "files", EXPORTS["Kubernetes"][0])
    (cart,) = [row for row in muster.json("asset", "list") if row["name"] == "cart"]
    assert cart["asset_type"] == "container"
    told = muster.json("dependency", "waves", "--smallest", "1")
    assert sum(wave["machines"] for wave in told["waves"]) == 5
    apart = {row["asset_type"]: (row["assets"], row["planned"]) for row in told["uncounted"]}
    assert apart == {"container": (3, 3), "hypervisor": (1, 0), "network": (1, 0)}


def test_a_service_of_kubernetes_is_not_the_pod_of_its_name(muster: Commands, tmp_path: Path) -> None:
    pod = EXPORTS["Kubernetes"][0]["pods.txt"].replace("cart-abcde", "cart      ")
    edges(muster, tmp_path / "files", {**EXPORTS["Kubernetes"][0], "pods.txt": pod})
    carts = [row["ip_address"] for row in muster.json("asset", "list") if row["name"] == "cart"]
    assert sorted(carts) == [["10.244.1.5"], ["10.96.10.20"]]


def test_an_edge_names_the_row_and_the_columns_that_tell_of_it(muster: Commands, tmp_path: Path) -> None:
    edges(muster, tmp_path / "files", EXPORTS["several of each"][0])
    (told,) = muster.json("dependency", "why", "CRM", "db01")
    place = {name: told[name] for name in ("port", "file", "row_number", "file_row")}
    assert place == {"port": 1433, "file": "several.csv", "row_number": 1, "file_row": 2}
    assert (told["source_columns"], told["target_columns"]) == (
        {"Application": "CRM"},
        {"Connection String": "db01:1433"},
    )
    called = muster.json("dependency", "why", "web02", "app01")
    assert [one["port_columns"] for one in called] == [{"Port": "8080; 8443"[at : at + 4]} for at in (0, 6)]


def test_the_processes_at_both_ends_of_what_talks_are_kept(muster: Commands, tmp_path: Path) -> None:
    sockets = (
        "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n"
        'tcp   LISTEN 0      128    10.0.1.21:5432     0.0.0.0:*         users:(("postgres",pid=7,fd=3))\n'
        'tcp   ESTAB  0      0      10.0.1.21:44321 10.0.1.22:1521 users:(("java",pid=9,fd=3),("jsvc",pid=8,fd=3))'
        "\n"
    )
    azure = (
        "Timeslot,Source server name,Source application,Source process,Destination server name,Destination IP,"
        "Destination application,Destination process,Destination port\n"
        "2026-09-10 00:00,web02,Shop,httpd,app01,10.0.1.11,Shop,tomcat,8080\n"
    )
    files = {**EXPORTS["BMC communication"][0], "sockets.txt": sockets, "azure.csv": azure}
    text = edges(muster, tmp_path / "files", files)[1]
    told = {
        (row["source"], row["target"], row["source_processes"], row["target_processes"])
        for row in csv.DictReader(text.splitlines())
    }
    assert told == {
        ("web01", "app01", "httpd", ""),
        ("web02", "app01", "httpd", "tomcat"),
        ("app01", "db01", "java", "postgres"),  # the dump of db01 shows who listens
        ("db01", "db02", "java; jsvc", ""),
    }
    muster.call("export", "azure_migrate_dependency", "-o", tmp_path / "azure.csv")
    rows = csv.DictReader((tmp_path / "azure.csv").read_text().splitlines())
    ends = {(row["Source server name"], row["Source process"], row["Destination process"]) for row in rows}
    assert ends == {(source, process, called) for source, _, process, called in told}


PROCESSES: dict[str, tuple[dict[str, str], set[Edge]]] = {
    "AWS agents": (
        {
            "4711_sourceProcessConnection.csv": "accountNumber,agentId,sourceIp,sourcePort,destinationIp,"
            "destinationPort,ipVersion,transportProtocol,agentAssignedProcessId,agentCreationDate,commandPath,"
            "commandParam\n4711,o-1,10.0.1.1,40233,10.0.1.11,8080,IPv4,TCP,77,2026-09-01,/usr/sbin/httpd,-k start\n",
            "4711_destinationProcessConnection.csv": "accountNumber,agentId,sourceIp,sourcePort,destinationIp,"
            "destinationPort,ipVersion,transportProtocol,agentAssignedProcessId,agentCreationDate,commandPath,"
            "commandParam\n4711,o-2,10.0.1.1,40233,10.0.1.11,8080,IPv4,TCP,9,2026-09-01,"
            "C:\\Program Files\\Tomcat\\tomcat9.exe,\n",
        },
        {("web01", "app01", "httpd", "tomcat9.exe")},
    ),
    "Device42": (
        EXPORTS["Device42 by listener"][0],
        {("web01", "app01", "httpd", "tomcat"), ("app01", "db01", "java", "postgres")},
    ),
    "Device42 by dependent": (
        EXPORTS["Device42 by dependent"][0],
        {("web01", "app01", "httpd", "tomcat"), ("app01", "db01", "java", "postgres")},
    ),
    "netstat -bn of Windows": (
        {
            "app01.txt": "\nActive Connections\n\n"
            "  Proto  Local Address          Foreign Address        State           PID\n"
            "  TCP    10.0.1.11:8080         0.0.0.0:0              LISTENING       1044\n [tomcat9.exe]\n"
            "  TCP    10.0.1.11:8080         10.0.1.1:40233         ESTABLISHED     1044\n [tomcat9.exe]\n"
            "  TCP    10.0.1.11:49733        10.0.1.21:5432         ESTABLISHED     980\n  RpcSs\n [svchost.exe]\n"
        },
        {("web01", "app01", "", "tomcat9.exe"), ("app01", "db01", "svchost.exe", "")},
    ),
    "netstat -tnp of Linux": (
        {
            "web01.txt": "Active Internet connections (w/o servers)\n"
            "Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    \n"
            "tcp        0      0 10.0.1.1:40233          10.0.1.11:8080          ESTABLISHED 77/httpd            \n"
            "tcp        0      0 10.0.1.1:22             10.0.1.2:51000          ESTABLISHED 812/sshd: root@pts/0\n"
        },
        {("web01", "app01", "httpd", ""), ("web02", "web01", "", "sshd")},
    ),
    "lsof": (
        {
            "db01.txt": "COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n"
            "postgres  900 pg     5u  IPv4  20195      0t0  TCP 10.0.1.21:5432 (LISTEN)\n"
            "postgres  901 pg     9u  IPv4  20199      0t0  TCP 10.0.1.21:5432->10.0.1.11:49733 (ESTABLISHED)\n"
            "rsync     990 root   3u  IPv4  20207      0t0  TCP 10.0.1.21:50122->10.0.1.22:873 (ESTABLISHED)\n"
        },
        {("app01", "db01", "", "postgres"), ("db01", "db02", "rsync", "")},
    ),
}


def test_the_processes_of_every_tool_stand_at_the_end_they_are_of(muster: Commands, tmp_path: Path) -> None:
    found = {}
    for at, (tool, (files, _)) in enumerate(PROCESSES.items()):
        text = edges(muster.as_tenant("Acme", tool), tmp_path / f"{at}", files)[1]
        found[tool] = {
            (row["source"], row["target"], row["source_processes"], row["target_processes"])
            for row in csv.DictReader(text.splitlines())
        }
    assert found == {tool: wanted for tool, (_, wanted) in PROCESSES.items()}


def test_a_person_names_the_processes_of_both_ends(muster: Commands, tmp_path: Path) -> None:
    links = "Source IP,Prog A,Destination IP,Destination Port,Prog B\n10.0.1.1,httpd,10.0.1.11,8080,tomcat\n"
    edges(muster, tmp_path / "files", {"links.csv": links})
    ids = {Path(one["file"]).name: one["import_id"] for one in muster.json("import", "list")}
    for column in ("Prog A", "Prog B"):
        assert muster.call("mapping", "set", ids["links.csv"], column, "process_name").code == 0
    muster.call("export", "edges", "-o", tmp_path / "edges.csv")
    (row,) = csv.DictReader((tmp_path / "edges.csv").read_text().splitlines())
    assert (row["source_processes"], row["target_processes"]) == ("httpd", "tomcat")


def test_a_secret_of_a_connection_string_is_in_no_inventory(muster: Commands, tmp_path: Path) -> None:
    edges(muster, tmp_path / "files", EXPORTS["connection strings"][0])
    assert muster.call("export", "json", "-o", tmp_path / "assets.json").code == 0
    written = "".join(path.read_text() for path in tmp_path.glob("assets*") if path.is_file())
    assert "db01:1433" in written
    assert "hunter2" not in written
