"""Headers in any language are taken apart into terms, and their terms together mean one attribute."""

import json
from importlib import resources

import pytest

from muster.phases.field_mapping.header import canonical
from muster.phases.field_mapping.suggest import suggest
from muster.phases.field_mapping.terms import book, end_of, readings_of
from muster.vocabulary.attributes import attributes
from muster.vocabulary.table import ColumnProfile

TERMS = json.loads(resources.files("muster.phases.field_mapping").joinpath("terms.json").read_text(encoding="utf-8"))


def target_of(header: str, kind: str = "server") -> str | None:
    (found,) = suggest([ColumnProfile(1, header, 10, 0, ())], kind)
    return found.target


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("os_version", "操作系统版本|OSバージョン|Versión del sistema operativo|"
          "Betriebssystemversion|Версия ОС|OS 버전"),
        ("ip_address", "服务器IP地址|サーバIPアドレス|Dirección IP del servidor|"
          "Adresse IP de production|Adres IP serwera"),
        ("management_ip", "管理口IP地址|管理用IPアドレス|IP de gestión|"
          "Adresse IP d'administration|Mgmt IP Addr v4"),
        ("memory_mb", "内存容量(GB)|搭載メモリ容量(GB)|Memoria asignada (MB)|"
          "Arbeitsspeicher gesamt (GB)|Bellek boyutu"),
        ("cpu_cores", "处理器核数|CPUコア数|Número de núcleos|"
          "Liczba rdzeni procesora|CPU Cores Total (#)|Количество ядер ЦП"),
        ("storage_used_gb", "已用磁盘空间(GB)|使用済みディスク容量(GB)|"
          "Espacio en disco usado (GB)|Festplatte davon belegt (GB)"),
        ("location", "设备安装位置|サーバ設置場所|Ubicación del equipo|"
          "Emplacement du serveur|Lokalizacja serwera|설치 위치"),
        ("owner", "服务器负责人|担当者メール|Responsable técnico|"
          "Technisch verantwortlich|Référent technique|Beheerder"),
        ("business_owner", "业务负责人|Responsable funcional|"
          "Gestor do negócio|Primary Application Owner Email"),
        ("support_group", "运维团队|サポートチーム|Equipo de soporte|"
          "Groupe de support|L3 Support Queue"),
        ("warranty_end_date", "维保到期日期|保守終了日|Fecha de fin de garantía|"
          "Garantieende|Einde garantie|Koniec gwarancji"),
        ("install_date", "上线日期|導入年月日|Fecha de puesta en producción|"
          "Inbetriebnahmedatum|OS Install Date (UTC)"),
        ("last_seen_at", "最近发现时间|最終検出日時|Fecha de última detección|"
          "status.lastHeartbeatTime|Zuletzt gesehen am"),
        ("virtualization_host", "所在宿主机|収容ホスト名|Host físico|"
          "Hôte de virtualisation|Summary/Parent Host"),
        ("backup_status", "备份策略|バックアップ方式|Política de respaldo|"
          "Backup Policy Name|Politique de sauvegarde"),
    ],
)  # fmt: skip
def test_one_meaning_in_many_languages(target: str, headers: str) -> None:
    found = {header: target_of(header) for header in headers.split("|")}
    assert found == dict.fromkeys(found, target)


@pytest.mark.parametrize(
    "header", ["责任人电话", "担当者電話番号", "Teléfono del responsable", "Last Updated By", "監視有無"]
)
def test_a_word_that_makes_it_another_thing_leaves_the_header_without_a_target(header: str) -> None:
    assert target_of(header) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sistema origen", "Sistema destino"),
        ("連携元システム", "連携先システム"),
        ("源系统", "目标系统"),
        ("Quellanwendung", "Zielanwendung"),
        ("Application source", "Application cible"),
        ("Parent CI", "Child CI"),
        ("Consumer Application", "Provider Application"),
        ("上级配置项", "下级配置项"),
        ("Sistema de origem", "Sistema de destino"),
    ],
)
def test_the_two_ends_of_a_relation(one: str, other: str) -> None:
    columns = [ColumnProfile(1, one, 10, 10, ("erp", "crm")), ColumnProfile(2, other, 10, 10, ("bi", "dwh"))]
    assert [each.target for each in suggest(columns, "relation")] == ["relationship_source", "relationship_target"]


def test_words_written_as_one_are_cut_only_where_terms_explain_all_of_them() -> None:
    assert [found.terms for found in readings_of("betriebssystemversion")] == [{"os", "version"}]
    assert readings_of("serverless") == ()


def test_a_header_of_two_ends_names_none() -> None:
    assert end_of(canonical("source and target system")) is None


def test_every_set_is_made_of_terms_and_means_an_attribute() -> None:
    sets = [*TERMS["attributes"].values(), TERMS["words"], TERMS["sized"], TERMS["ends"]]
    used = {term for listed in sets for said in listed for term in said.split()}
    assert used | book().neutral | book().end_things <= set(TERMS["terms"])
    assert {*TERMS["attributes"], *TERMS["sized"].values()} <= set(attributes())


def test_no_set_of_terms_means_two_attributes() -> None:
    sets = [frozenset(said.split()) for listed in TERMS["attributes"].values() for said in listed]
    assert [sorted(each) for each in sets if sets.count(each) > 1] == []
